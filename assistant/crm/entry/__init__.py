"""Records that people and their programs make and change: checked by field, then through the door.

A bulk row is taken raw and its doubts queued; whoever types is there to be asked, and is.
"""
