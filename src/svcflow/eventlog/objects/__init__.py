"""Object-centric logs (OCEL 2.0): collected from any of its storages, then seen from the objects of one type."""
