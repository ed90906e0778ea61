"""What the tests of the procedures share: the stage (people and registers), the books of cases, the player of cases."""
