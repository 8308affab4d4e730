# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The host's firewall made to match what its mail server serves: docs/firewall.md.

The words of this package:

- ``Server``: a mail server of the report; ``Listener``: a socket of the host that listens.
- ``Door``: one port that may be reached over one IP version, at some address, from some networks.
- ``Exposure``: the doors, the ports on which there are no others (managed), the doors that are shut
  at single addresses, and whether the host may dial port 25.  The one that is ``decided``, and the
  one of ``before``, read back from our rules.
- ``Point``: a place in a chain of others before which what is to come in has to be accepted.
- ``OwnRules``: our own table, and our rules at the points.  Those that are ``present``, and the
  ``target``, which makes an exposure so; ``commands`` are the transaction from the ones to the
  others.
- ``boot_files``: the files that bring an exposure back after a boot.
- ``Goal``: the own rules and the boot files of one run.
- A unit is ``present`` where its file is; what systemd has to be told of it is ``owed``.
- A change is ``armed`` with a rollback until it is ``confirmed`` or undone.
"""
