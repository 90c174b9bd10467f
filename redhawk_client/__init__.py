"""The RedHawk Academy's API, of which one route is read: a rep's battle history."""
