"""The fictional county 青山县: units, enterprises and a campaign of records, made anew from a seed."""
