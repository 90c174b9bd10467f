"""`make chaos`: a sales floor at work while everything that repsync is made of is killed, over and over."""
