"""Workers of several kinds behind one protocol: processes of this machine, and those of a Dask cluster."""
