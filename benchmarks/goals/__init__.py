"""One module a goal: its docstring says how it is measured, its `measure` gives the rows of the table."""
