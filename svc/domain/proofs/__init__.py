"""What must be true of procedures as data before any record is judged by them: one module, one kind of proof.

`prove.prove` runs them all. A proof is a function from the `Book` of all documents to what it finds; it names the
file and the dotted path in it, the caller knows the lines.
"""
