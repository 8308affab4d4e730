# Copyright: Mailwarden contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Shapes: what all programs of a kind have in common, from settings to the fields of an endpoint.

A format says what its program reads; a shape decides what that comes to on the wire.
"""
