"""Full text: which words an appeal is found by, and what a query finds in any index of them."""
