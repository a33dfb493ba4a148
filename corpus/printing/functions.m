% Functions as text: numbers as they are written, Octave's spacing.
g = @(x) x*10 + 100
h = @(x) x.^2-0.5*x+1500
k = @() [1 20;0.25 3e-4]
disp(func2str(g)), func2str(@(x) x>1000)
c = {@(x) x+30, @sin}
s.f = @(a,b) max(a,[],2)' * b(1:end)
p = @(varargin) numel(varargin) == 12;
func2str(p)
q = @(x) ~x && (x >= 1e3 || x(2, :) ~= -5);
disp(q)
r = @() {'a', "b", @(y) y + 10}
t = @(f) f(f(20))(3).name
