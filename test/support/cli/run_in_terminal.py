"""Runs a command in a pseudo-terminal of the given size and passes its output through.

Types the given text as soon as the command asks a question, that is, writes "] ".
"""
import fcntl
import os
import pty
import struct
import sys
import termios

columns, rows, text, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(command[0], command)
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux reports the end of a pseudo-terminal as an error.
        break
    if not data:
        break
    if text and b"] " in data:
        os.write(terminal, text.encode())
        text = ""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
