"""The canonical file: one Parquet file that every command reads at once and other Parquet tools read too.

Rows are activity instances, whole cases together, in the order of the log; row groups hold about a million rows and end
where a case ends. Columns, in this order:

``case``        int32, the number of the case in the file
``time``        int64, completion, in the unit that the metadata name (``s`` or ``ms`` since 1970 UTC)
``start``       the same, null where it is not known; only where a start is known at all
``open``        boolean: begun but not completed (`time` is then the start); only where there are such rows
``activity``, ``resource``, ``team``  codes into the vocabularies of the metadata; 0 is an unknown resource or team
``case_id``     text
``case_events`` rows of the export that the case came from; only where that is not its number of instances
``case_row``    place in the export of the case's first instance; only where cases do not stand in order
``event:NAME``, ``case:NAME``  attributes; the latter are the same on all rows of a case

The metadata are one JSON document under the key ``svcflow``, guarded by a checksum; so is every page.
"""
