"""Pages, a module for each noun of the menu; each has a blueprint called `views`."""
