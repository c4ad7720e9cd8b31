"""Search: one index of everything readers may find, on both databases, kept by whoever changes what is found.

`sources` says what an app offers and `index` keeps it; `engine` is the one module that knows which database it is;
`query` reads what was typed, `find` answers it, `keys` and `spelling` help where it was typed wrongly; `shown` cuts
and marks what is shown; `misses` counts what was not found. docs/decisions/ says why the index is made as it is.
"""

LONGEST_QUERY = 200
