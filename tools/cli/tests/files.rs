//! Files that scripts write and read: on the disk in a run, in memory while they are built.
#![allow(clippy::expect_used, reason = "a failed expectation is a failed test")]

mod place;

use place::{Place, stderr, stdout};

/// Writes, reads, moves and deletes.
const SCRIPT: &str = "fid = fopen('a.txt', 'w');
fprintf(fid, 'line %d\\n', sum(ones(3, 1)) + (1:2));
fputs(fid, 'end');
fclose(fid);
fid = fopen('a.txt');
while ischar(line = fgetl(fid)), printf('<%s>', line); end
printf(' %d %d\\n', feof(fid), ftell(fid));
frewind(fid); n = fscanf(fid, 'line %d')'
fclose(fid);
disp(size(fileread('a.txt')))
dlmwrite('m.csv', [1 2; 3 4.5]); m = csvread('m.csv')
a.b = {1, 'x'}; c = int8([1 -2; 3 4]); save('-text', 'v.txt', 'a', 'c');
clear a c; load v.txt; a, c
s = load('v.txt'); disp(fieldnames(s)')
fid = fopen('b.bin', 'w'); fwrite(fid, [1 258], 'uint16'); fclose(fid);
fid = fopen('b.bin'); disp(fread(fid)')
fseek(fid, 2, 'bof'); disp(fread(fid, 1, 'uint16=>uint16')), fclose(fid);
rename('a.txt', 'c.txt'); disp([exist('a.txt') exist('c.txt')])
delete('c.txt'); disp(exist('c.txt'))
[fid, message] = fopen('none/x', 'r')
mkdir('d'); disp(isfolder('d')), rmdir('d');
";

/// What Octave prints.
const PRINTED: &str = "<line 4><line 5><end> 1 17
n = 4
    1   17
m =

   1.0000   2.0000
   3.0000   4.5000

a =

  scalar structure containing the fields:

    b =
    {
      [1,1] = 1
      [1,2] = x
    }


c =

   1  -2
   3   4

{
  [1,1] = a
  [1,2] = c
}
   1   0   2   1
258
   0   2
0
fid = -1
message = No such file or directory
1
";

#[test]
fn a_run_changes_the_disk() {
    let place = Place::new();
    place.write("files.m", SCRIPT);
    let ran = place.preheat(&["run", "files.m", "--device", "cpu"]);
    assert_eq!(stdout(&ran), PRINTED, "{}", stderr(&ran));
    assert!(place.folder.path().join("m.csv").exists());
}

#[test]
fn a_build_leaves_nothing_behind() {
    let place = Place::new();
    place.write("files.m", SCRIPT);
    let built = place.preheat(&["build", "files.m", "-o", "files.preheat"]);
    assert!(built.status.success(), "{}", stderr(&built));
    for name in ["a.txt", "c.txt", "m.csv", "v.txt", "b.bin", "d"] {
        assert!(!place.folder.path().join(name).exists(), "{name}");
    }
}

/// Orders of bytes, skips, comments, integers of 64 bits, patterns.
const FORMS: &str = "fid = fopen('o.bin', 'w', 'ieee-be');
fwrite(fid, [1 300], 'int16'); fclose(fid);
fid = fopen('o.bin'); disp(fread(fid)'), frewind(fid);
disp(fread(fid, Inf, 'int16', 0, 'ieee-be')'), frewind(fid);
disp(fread(fid, Inf, 'uint8', 1)'), fclose(fid)
x = int64(9007199254740993); save('-text', 'w.txt', 'x'); clear x;
load('w.txt'); printf('%d\\n', x);
fid = fopen('t.txt', 'w'); fputs(fid, \"% head\\n1 2 # tail\\n3 NaN\\n\"); fclose(fid);
disp(load('t.txt'))
ab = 1; ac = 2; b = 3; save('-text', 'p.txt', 'a?'); disp(fieldnames(load('p.txt'))')
disp(glob('[op].*')')
clear -x b; who
";

/// What Octave prints.
const FORMS_PRINTED: &str = "    0    1    1   44
     1   300
   0   1
ans = 0
9007199254740993
     1     2
     3   NaN
{
  [1,1] = ab
  [1,2] = ac
}
{
  [1,1] = o.bin
  [1,2] = p.txt
}
Variables visible from the current scope:

b

";

#[test]
fn files_have_other_forms() {
    let place = Place::new();
    place.write("forms.m", FORMS);
    let ran = place.preheat(&["run", "forms.m", "--device", "cpu"]);
    assert_eq!(stdout(&ran), FORMS_PRINTED, "{}", stderr(&ran));
}
