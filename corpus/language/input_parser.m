% Arguments checked by an inputParser: required, optional, by name, switches.
1;
function r = area(varargin)
  p = inputParser;
  p.FunctionName = 'area';
  p.addRequired('width', @isnumeric);
  p.addOptional('height', 5, @(x) x > 0);
  p.addParameter('scale', 1e-3);
  p.addParamValue('unit', 'cm', @ischar);
  p.addSwitch('verbose');
  p.parse(varargin{:});
  r = p.Results;
end
r = area(3)
r = area(3, 7, 'scale', 1e-6, 'verbose')
r = area(2, 'unit', 'mm');
printf('%s %d\n', r.unit, r.height);
calls = {{'x'}, {3, -1}, {3, 4, 'bogus', 1}, {1, 2, 'unit', 7}};
for k = 1:numel(calls)
  try
    area(calls{k}{:});
  catch err
    disp(err.message);
  end
end
q = inputParser;
q.KeepUnmatched = true;
addRequired(q, 'x');
addOptional(q, 'y', 10);
addParameter(q, 'z', 20);
parse(q, 1, 2, 'w', 5);
disp(q.Results)
disp(q.Unmatched)
disp(q.UsingDefaults)
q.Parameters
parse(q, 1, 'z', 30);
isfield(q.Results, 'y'), q.Results.z, class(q)
