"""What the actions and the batch of the channels share."""
