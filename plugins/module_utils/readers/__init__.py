# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""General file types: a text in, its leaves with their spans out, and new values back.

A reader is a module for one file type and its relatives (INI, dotenv, JSON, ...)::

    read(text: Text, assume: Assumptions, variant: Variant = DEFAULT) -> Leaves
    encode(leaf: Leaf, new: str, variant: Variant = DEFAULT) -> str | None

``read`` gives every key of the file in one shape (``leaves.Leaf``): a path, a value, where both
stand and how the value is quoted.  It knows no program: what a key means, and what is a number,
true or null, is said by the dialect.  Programs that read one file type differ; a ``Variant`` is
plain data that says how.  ``read`` takes any text, never raises but ``Overspent``, and costs no
more than in proportion to its input: what cannot be parsed is a problem, and the rest is read.

``encode`` gives what stands in the file for a new value, in the quoting of the old one if that can
say it; ``None`` if the file type, or that program, has no way to say it there.
"""
