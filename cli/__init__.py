"""The commands of the command line, one module for each persona. Nobody imports them but `starter`."""
