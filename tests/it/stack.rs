//! The stack of an error: files, names, lines and columns, innermost call first, as Octave's.

use preheat_runtime::DeviceChoice;

use super::differential::runtime;
use super::harness;

const SCRIPT: &str = r#"1;
function g(x)
  error('my:id', 'bad %d', x);
end
function f(x)
  g(x + 1);
end
try
  f(1);
catch err
  for k = 1:numel(err.stack)
    at = err.stack(k);
    [~, name, ext] = fileparts(at.file);
    printf('%s%s %s %d %d\n', name, ext, at.name, at.line, at.column);
  end
end
try
  cellfun(@(x) g(x), {1});
catch err
  printf('%s\n', err.stack.name);
end
disp(mfilename());
"#;

#[test]
fn the_stack_names_files_and_calls() {
    let seen = harness::run_text(SCRIPT, &runtime(DeviceChoice::Cpu));
    let wanted = "test.m g 3 3\ntest.m f 6 3\ntest.m test 9 3\ng\n@<anonymous>\ntest\ntest\n";
    assert_eq!(seen, wanted);
}
