"""Channels: the doors through which matters come from outside: telephone, 12345, letters, equipment alarms; and the load of angry contact."""
