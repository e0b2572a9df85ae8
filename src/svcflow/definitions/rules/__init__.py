"""The rules of `svcflow validate`, one a file; the module is the plug-in, its docstring the manual."""
