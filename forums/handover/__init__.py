"""What whoever comes to a seat must know, and whoever leaves hands over: a page, and paper in either language."""
