% Canonical text of a value: class, size, elements. The rows of the other files are shown with it
% in GNU Octave and here.
function s = show__(x)
  sz = sprintf('%dx', size(x));
  sz = ['[' sz(1:end - 1) ']'];
  if iscell(x)
    s = ['cell' sz '{'];
    for k = 1:numel(x)
      s = [s show__(x{k}) ';'];
    end
    s = [s '}'];
  elseif isstruct(x)
    s = ['struct' sz '{'];
    names = fieldnames(x);
    for j = 1:numel(x)
      for k = 1:numel(names)
        s = [s names{k} '=' show__(x(j).(names{k})) ';'];
      end
    end
    s = [s '}'];
  elseif is_function_handle(x)
    s = ['function ' func2str(x)];
  elseif ischar(x)
    s = ['char' sz '"' reshape(x, 1, numel(x)) '"'];
  elseif isobject(x)
    s = 'object';
  else
    s = [class(x) sz sprintf(' %.10g', double(real(x)))];
    if iscomplex(x)
      s = [s ' i' sprintf(' %.10g', double(imag(x)))];
    end
  end
  s = strrep(s, "\n", '\n');
end

% Several results of a call, as a cell.
function c = outs__(count, f)
  c = cell(1, count);
  [c{1:count}] = f();
end

