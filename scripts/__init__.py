"""Programs for whoever works on the checkout; the product imports none of them."""
