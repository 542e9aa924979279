"""Looking at an environment and preparing it: the doctor, columns, tables and webhooks to provision."""
