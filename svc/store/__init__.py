"""Files and git: the only floor that touches them.

`repository` finds, opens and makes a records repository; `snapshot` reads a commit, `writer` makes one, `history` lists
them. `yaml_file` (with `emitter` and `canonical`) spells and reads records, `schemas` procedures and calendars, `sheet`
(with `workbook`) tables, `evidence` files handed in, `remotes` other copies, `repair`
what a person asks to have mended.

Below them: `git` starts git, `objects` and `trees` read its objects, `loose` writes them, `place` says where and in which
state a repository is, `lock` lets one writer in, `journal` and `heal` finish what died, `worktree` and `index_file` (with
`index_bytes`) refresh what people see, `creation` builds aside, `generations` keeps files of which the newest counts,
`files` and `paths` are the tools of all.
"""
