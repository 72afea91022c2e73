"""What the product's pages cost, measured against the least that such pages can cost, in one run.

A *floor* is a bare Django view on the same data (:mod:`floors`): session authentication, the same rows and columns, the
same way of paging; no rights, history, languages or components. Machines differ and neighbours disturb; the ratio of
two things measured in turn is what a budget can hold.
"""
