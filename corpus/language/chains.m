% Variables that a chain of indices reads twice, for the last time: handles in fields and cells.
function r = by_field(o)
  r = o.scale(o);
end
function r = by_name(s)
  r = s.(s.name);
end
function r = by_position(c, k)
  r = c{k}(k);
end
function r = by_element(c)
  r = c{1}(c{2});
end
function r = deep(s)
  r = s.a(s.b).c(s.d);
end
function r = names(s, n)
  r = s.(n)(s.(n)(1));
end
function r = twice(f, x)
  r = f(f(x));
end
o.scale = @(q) q.v * 2;
o.v = 4;
by_field(o), by_name(struct('name', 'k', 'k', 7))
by_position({@(x) x + 1, @(x) x * 2}, 2), by_element({@(x) x + 1, 5})
deep(struct('a', {struct('c', {[1 2], [3 4]})}, 'b', 2, 'd', 1))
names(struct('p', [2 9]), 'p'), twice(@(x) x * 3, 2)
counter.value = 5;
counter.next = @(c) setfield(c, 'value', c.value + 1);
counter = counter.next(counter);
counter = counter.next(counter);
counter.value
steps = {@(x) x - 1, @(x) x * 10};
arrayfun(@(k) steps{k}(k), 1:2)
try, exit(0); catch, disp('caught'); end
disp('not reached')
