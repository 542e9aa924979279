"""`make soak`: an installation of several processes under faults and kills, and its books compared in the end.

Not a test of pytest's: it takes the time that it is given, prints a report and exits with 1 where anything is wrong.
"""
