/**
 * Perl can make any system call, and is on every Debian: that is how the programs of a node are traced without an addon.
 * Numbers are those of Linux on x86-64.
 */

/**
 * `perl -e LAUNCHER -- DESCRIPTOR WATCH COMMAND...` becomes the program, with the process id, the parent, the streams and the environment
 * that an ordinary start gives it; but waits first, on that descriptor, until somebody traces it. A program that cannot be
 * started is told there by its errno. If WATCH is 1, the kernel tells the tracer of every look at the wall clock that is a
 * system call, and not the vDSO's.
 */
export const LAUNCHER = String.raw`
delete $ENV{PERL_BADLANG} if $ENV{PERL_BADLANG} eq 'ours';
syscall(157, 0x59616d61, -1, 0, 0, 0);           # PR_SET_PTRACER, ANY: where Yama asks for it
open(my $ctl, '+<&=', shift @ARGV) or exit 126;  # closed by the exec
my $watched = 0;
if (shift @ARGV) {
  my @filter = map { pack('SCCL', @$_) } (                  # code, jump if true, jump if false, value
    [0x20, 0, 0, 4], [0x15, 0, 7, 0xc000003e],              # x86-64
    [0x20, 0, 0, 0], [0x15, 6, 0, 96], [0x15, 5, 0, 201],   # gettimeofday, time
    [0x15, 0, 3, 228],                                      # clock_gettime
    [0x20, 0, 0, 16], [0x15, 2, 0, 0], [0x15, 1, 0, 5],     # of REALTIME, REALTIME_COARSE
    [0x06, 0, 0, 0x7fff0000],                               # allow
    [0x06, 0, 0, 0x7ff00000],                               # trace
  );
  my $program = pack('S x6 P', scalar @filter, my $code = join '', @filter);
  $watched = syscall(157, 22, 2, $program, 0, 0) == 0;      # PR_SET_SECCOMP
  if (!$watched) {
    syscall(157, 38, 1, 0, 0, 0);                           # PR_SET_NO_NEW_PRIVS: asked of ordinary users
    $watched = syscall(157, 22, 2, $program, 0, 0) == 0;
  }
}
syswrite($ctl, $watched ? "watched\n" : "ready\n");
sysread($ctl, my $go, 8) or exit 126;            # the harness is gone
exec { $ARGV[0] } @ARGV;
syswrite($ctl, "errno " . ($! + 0) . "\n");
exit 127;
`;

/**
 * `perl -e TRACER PID` traces a process and all that come of it, and ends with the last of them. It says on its output
 * "exec PID" when a program is about to run its first instruction, and waits for an answer: "map ADDRESS" lets it run the
 * code there, which makes a page; it says where, "mapped PID ADDRESS", and waits again. "born PID" needs no answer, nor "gone PID", nor "raw PID":
 * that thread asked the kernel for the time by a system call. What
 * it is told at the end of its input is nothing: then programs just go on. Should it be killed, the kernel lets them go on.
 */
export const TRACER = String.raw`
my ($leader) = map { $_ + 0 } @ARGV;
my ($PTRACE, $CONT, $GETREGS, $SETREGS, $EVENTMSG, $SEIZE, $LISTEN, $WAIT4, $WALL) = (101, 7, 12, 13, 0x4201, 0x4206, 0x4208, 61, 0x40000000);
$SIG{PIPE} = 'IGNORE';
sub tell_ { syswrite(STDOUT, "$_[0]\n") }
sub ask {
  tell_($_[0]);
  my $line = '';
  while ($line !~ /\n/) { sysread(STDIN, $line, 64, length $line) or return ('') }
  return split ' ', $line;
}
sub wait_for { my $raw = pack('i', 0); my $pid = syscall($WAIT4, $_[0], $raw, $WALL, 0); return ($pid, unpack('i', $raw)) }

# Lets a program that stands before its first instruction run the code at this address up to its int3; returns what is in rax.
sub run_there {
  my ($pid, $address) = @_;
  my ($regs, $was, @held) = ("\0" x 216);
  syscall($PTRACE, $GETREGS, $pid, 0, $regs) == 0 or return;
  $was = $regs;
  substr($was, 8 * 10, 8) = pack('q', 0);          # rax: execve has returned 0
  substr($regs, 8 * 15, 8) = pack('q', -1);        # orig_rax: no system call to restart
  substr($regs, 8 * 16, 8) = pack('Q', $address);  # rip
  syscall($PTRACE, $SETREGS, $pid, 0, $regs) == 0 or return;
  while (1) {
    syscall($PTRACE, $CONT, $pid, 0, 0);
    my ($who, $status) = wait_for($pid);
    return if $who != $pid || ($status & 0xff) != 0x7f;  # it was killed
    my $signal = ($status >> 8) & 0xff;
    last if $signal == 5 && $status >> 16 == 0;
    push @held, $signal if $status >> 16 == 0;           # a signal for the program: it gets it when it runs
  }
  syscall($PTRACE, $GETREGS, $pid, 0, $regs);
  syscall($PTRACE, $SETREGS, $pid, 0, $was);
  syscall(62, $pid, $_) for @held;                       # kill
  return unpack('q', substr($regs, 8 * 10, 8));
}

# A look at the clock by a system call: said ten times a second at most, for each thread.
my %told;
sub raw {
  my $now = pack('qq', 0, 0);
  syscall(228, 1, $now);                                 # clock_gettime, MONOTONIC
  my ($seconds, $nanos) = unpack('qq', $now);
  my $tenth = $seconds * 10 + int($nanos / 1e8);
  return if ($told{$_[0]} // 0) == $tenth;
  %told = () if keys %told > 10_000;
  $told{$_[0]} = $tenth;
  tell_("raw $_[0]");
}

sysread(STDIN, my $go, 8) or exit;
syscall($PTRACE, $SEIZE, $leader, 0, 0x9e) == 0 or do { tell_("refused $!"); exit 1 };  # TRACE FORK, VFORK, CLONE, EXEC, SECCOMP
tell_('seized');
while (1) {
  my ($pid, $status) = wait_for(-1);
  last if $pid <= 0;
  if (($status & 0xff) != 0x7f) { tell_("gone $pid"); next }
  my ($signal, $event) = (($status >> 8) & 0xff, $status >> 16);
  if ($event == 4) {
    my ($verb, $address) = ask("exec $pid");
    if ($verb eq 'map') { my $page = run_there($pid, $address + 0); ask("mapped $pid " . ($page // -3)) }
  }
  if ($event == 1 || $event == 3) {                      # of a vfork nothing is told: it has the memory of its parent until it execs
    my $child = pack('Q', 0);
    syscall($PTRACE, $EVENTMSG, $pid, 0, $child);
    tell_('born ' . unpack('Q', $child));
  }
  raw($pid) if $event == 7;
  if ($event == 128 && $signal != 5) { syscall($PTRACE, $LISTEN, $pid, 0, 0) }  # stopped by a signal, until SIGCONT
  else { syscall($PTRACE, $CONT, $pid, 0, $event ? 0 : $signal) }
}
`;
