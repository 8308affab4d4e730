"""What a task does to a file: for each module of Ansible a function from a text to a text.

Each has one ``apply(text, path, parameters, task)``.  In: the file before the task (``None`` where
there is none), its path, the parameters as they are written (``parameters.Given``), and the task.
Out is an ``Outcome``: the file behind the task (``None``: there is none), or ``Failed`` with the
reason, and nothing is written.  Nothing is raised.

What a task writes keeps its places: a character of the result leads to the file or to the value of
the task that it came from.  What a module adds of itself leads to the end of the value beside it.

A hole is followed as far as it could change what happens:

- in what is written (``line``, ``block``, ``value``) it stays a hole;
- in the file it matters where a pattern could meet it.  Where it has few options, or a line may fit
  or not, each answer is followed (``outcome.applied``), and the result is one hole whose options
  are the files that come of them;
- in what decides (a pattern, a marker) the whole file is open by the name of the task, as it is
  where there are too many answers, or where a pattern could take too long (``expressions``).

A hole without options is taken to lie within its line, as the formats take it, but one that has a
line for itself, which may hold many.
"""
