function n = colors__count(args)
  % How many colours are asked for.
  if isempty(args)
    n = 64;
  elseif isscalar(args{1})
    n = double(args{1});
  else
    error("colormap: N must be a scalar");
  end
end

function map = colors__line(args, first, last)
  % Even steps from one colour to another.
  n = colors__count(args);
  map = first;
  if n != 1
    map = first + (0:n-1)' / (n - 1) .* (last - first);
  end
end

function map = gray(varargin)
  % From black to white.
  map = colors__line(varargin, [0, 0, 0], [1, 1, 1]);
end

function map = cool(varargin)
  % From cyan to magenta.
  map = colors__line(varargin, [0, 1, 1], [1, 0, 1]);
end

function map = spring(varargin)
  % From magenta to yellow.
  map = colors__line(varargin, [1, 0, 1], [1, 1, 0]);
end

function map = summer(varargin)
  % From green to yellow.
  map = colors__line(varargin, [0, 0.5, 0.4], [1, 1, 0.4]);
end

function map = autumn(varargin)
  % From red to yellow.
  map = colors__line(varargin, [1, 0, 0], [1, 1, 0]);
end

function map = winter(varargin)
  % From blue to green.
  map = colors__line(varargin, [0, 0, 1], [0, 1, 0.5]);
end

function map = white(varargin)
  % Only white.
  map = ones(colors__count(varargin), 3);
end

function map = hot(varargin)
  % From black over red and yellow to white.
  n = colors__count(varargin);
  if n == 1
    map = [1, 1, 1];
    return;
  elseif n == 2
    map = [1, 1, 0.5; 1, 1, 1];
    return;
  end
  k = floor(3 / 8 * n);
  x = (1:n)';
  red = min(x / k, 1);
  green = min(max((x - k) / k, 0), 1);
  blue = max((x - 2 * k) / (n - 2 * k), 0);
  map = [red, green, blue];
end

function map = copper(varargin)
  % From black to the colour of copper.
  n = colors__count(varargin);
  if n == 1
    map = [0, 0, 0];
  else
    x = linspace(0, 1, n)';
    red = x * 5 / 4;
    red(x >= 4 / 5) = 1;
    map = [red, 0.7812 * x, 0.4975 * x];
  end
end

function map = hsv(varargin)
  % Around the circle of hues.
  n = colors__count(varargin);
  if n == 1
    map = [1, 0, 0];
  else
    hue = (0:n-1)' / n;
    map = hsv2rgb([hue, ones(n, 2)]);
  end
end

function map = jet(varargin)
  % From blue over cyan and yellow to red.
  n = colors__count(varargin);
  map = zeros(0, 3);
  if n > 0
    map = zeros(n, 3);
    quarter = ceil(n / 4);
    % Each color rises for a quarter, stays, and falls for one; the next color is a quarter later.
    place = (1:n)' - ceil(quarter / 2) + (mod(n, 4) == 1);
    place = place + [-1, 0, 1] * quarter;
    map(:) = max(0, min(1, min(place, 3 * quarter - place) / quarter));
  end
end

function map = lines(varargin)
  % The colours of lines, over and over.
  n = colors__count(varargin);
  first = [0, 0.447, 0.741; 0.85, 0.325, 0.098; 0.929, 0.694, 0.125; 0.494, 0.184, 0.556; ...
           0.466, 0.674, 0.188; 0.301, 0.745, 0.933; 0.635, 0.078, 0.184];
  map = first(mod(0:n-1, 7) + 1, :);
end

function rgb = hsv2rgb(varargin)
  % Hue, saturation and value as red, green and blue.
  if nargin < 1
    print_usage();
  end
  [h, s, v, shape] = colors__parts("hsv2rgb", varargin);
  turn = [-2/3, 0, -1/3];
  rgb = zeros(rows(h), 3, class(v));
  for k = 1:3
    t = mod(h + turn(k), 1);
    f = zeros(size(t));
    low = t < 1/6;
    f(low) = 6 * t(low);
    f(t >= 1/6 & t < 1/2) = 1;
    down = t >= 1/2 & t < 2/3;
    f(down) = 4 - 6 * t(down);
    rgb(:, k) = v .* (1 - s) + s .* v .* f;
  end
  rgb = colors__image(rgb, shape);
end

function hsv = rgb2hsv(varargin)
  % Red, green and blue as hue, saturation and value.
  if nargin < 1
    print_usage();
  end
  [r, g, b, shape] = colors__parts("rgb2hsv", varargin);
  all = [r, g, b];
  v = max(all, [], 2);
  low = min(all, [], 2);
  width = v - low;
  h = zeros(size(v), class(v));
  at = r == v & width != 0;
  h(at) = (g(at) - b(at)) ./ width(at) / 6;
  at = g == v & r != v & width != 0;
  h(at) = 1/3 + (b(at) - r(at)) ./ width(at) / 6;
  at = b == v & r != v & g != v & width != 0;
  h(at) = 2/3 + (r(at) - g(at)) ./ width(at) / 6;
  h(h < 0) = h(h < 0) + 1;
  s = zeros(size(v), class(v));
  s(v != 0) = width(v != 0) ./ v(v != 0);
  hsv = colors__image([h, s, v], shape);
end

function [a, b, c, shape] = colors__parts(name, args)
  if numel(args) == 1
    x = args{1};
    if isinteger(x)
      low = double(intmin(class(x)));
      x = (double(x) - low) / (double(intmax(class(x))) - low);
    end
    shape = size(x);
    if ndims(x) > 2 && shape(3) == 3
      x = permute(x, [1, 2, 4:ndims(x), 3]);
    elseif ndims(x) > 2 || shape(2) != 3
      named = upper(name(1:3));
      error("%s: %s must be a colormap or %s image", name, named, named);
    end
    x = reshape(x, [], 3);
    a = x(:, 1);
    b = x(:, 2);
    c = x(:, 3);
  else
    [a, b, c] = args{:};
    shape = [size(a), 3];
    a = a(:);
    b = b(:);
    c = c(:);
  end
end

function y = rgb2gray(rgb)
  % Weighted mean of red, green and blue.
  weights = [0.298936; 0.587043; 0.114021];
  if ndims(rgb) == 3
    y = weights(1) * double(rgb(:, :, 1)) + weights(2) * double(rgb(:, :, 2)) ...
        + weights(3) * double(rgb(:, :, 3));
    y = cast(y, class(rgb));
  else
    y = rgb * weights;
  end
end

function y = im2double(x)
  % An image as numbers from 0 to 1.
  switch class(x)
    case {"double", "logical", "single"}
      y = double(x);
    case "int16"
      y = (double(x) + 32768) / 65535;
    otherwise
      y = double(x) / double(intmax(class(x)));
  end
end

function tf = iscolormap(map)
  % True for a table of colours.
  tf = ismatrix(map) && ndims(map) == 2 && isreal(map) && columns(map) == 3 && isfloat(map);
end

function [x, y, z] = peaks(a, b)
  % A function of two variables with three maxima.
  if nargin == 0
    a = 49;
  end
  if nargin < 2
    if isscalar(a)
      a = linspace(-3, 3, a);
    end
    b = a;
  end
  if isvector(a) && isvector(b)
    [a, b] = meshgrid(a, b);
  end
  % Bells in three places, each with its own height.
  bell = @(u, v) exp(-u .^ 2 - v .^ 2);
  north = 3 * (1 - a) .^ 2;
  middle = 10 * (a / 5 - a .^ 3 - b .^ 5);
  west = 1 / 3;
  v = north .* bell(a, b + 1) - middle .* bell(a, b) - west * bell(a + 1, b);
  if nargout == 0
    surf(a, b, v);
  elseif nargout > 1
    x = a;
    y = b;
    z = v;
  else
    x = v;
  end
end

function [x, y, z] = sphere(n)
  % Points of the unit sphere.
  if nargin == 0
    n = 20;
  end
  around = linspace(0, 2 * pi, n + 1);
  height = linspace(-pi / 2, pi / 2, n + 1).';
  radius = cos(height);
  [x, y] = deal(radius * cos(around), radius * sin(around));
  z = repmat(sin(height), 1, n + 1);
end

function [x, y, z] = cylinder(r, n)
  % Points of a surface around an axis.
  if nargin > 0 && !(isnumeric(r) || islogical(r))
    error("cylinder: length (R) must be larger than 2");
  end
  if nargin < 1
    r = [1, 1];
  end
  if nargin < 2
    n = 20;
  end
  if isscalar(r)
    r = [r, r];
  end
  phi = linspace(0, 2 * pi, n + 1);
  x = r(:) * cos(phi);
  y = r(:) * sin(phi);
  z = linspace(0, 1, numel(r))' * ones(1, n + 1);
end

function value = get(varargin)
  % What a screen and a window have by default; nothing is drawn, and other properties are empty.
  if nargin != 2 || !ischar(varargin{2})
    error("get: nothing is drawn here, so graphics have no properties");
  end
  switch lower(varargin{2})
    case "screensize"
      value = [1, 1, 1024, 768];
    case {"position", "outerposition"}
      value = [300, 200, 560, 420];
    case {"visible", "defaultfigurevisible"}
      value = "on";
    case "units"
      value = "pixels";
    case {"xlim", "ylim", "zlim"}
      value = [0, 1];
    otherwise
      value = [];
  end
end

function map = bone(varargin)
  % From black over blue greys to white.
  n = colors__count(varargin);
  grey = colors__line({n}, [0, 0, 0], [1, 1, 1]);
  map = (7 * grey + fliplr(hot(n))) / 8;
end

function map = pink(varargin)
  % Shades of pink.
  n = colors__count(varargin);
  grey = colors__line({n}, [0, 0, 0], [1, 1, 1]);
  map = sqrt((2 * grey + hot(n)) / 3);
end

function map = cubehelix(n, start, rots, hue, gamma)
  % Colors of growing brightness on a helix, after Green, Bull. Astr. Soc. India 39 (2011) 289.
  if nargin < 1
    n = 64;
  end
  if nargin < 2
    start = 0.5;
  end
  if nargin < 3
    rots = -1.5;
  end
  if nargin < 4
    hue = 1;
  end
  if nargin < 5
    gamma = 1;
  end
  if n == 0
    map = zeros(0, 3);
    return;
  end
  turn = [-0.14861, 1.78277; -0.29227, -0.90649; 1.97294, 0];
  level = linspace(0, 1, n)' .^ gamma;
  phi = 2 * pi * (start / 3 + rots * linspace(0, 1, n)');
  far = hue * level .* (1 - level) / 2;
  map = level + far .* ([cos(phi), sin(phi)] * turn');
  map = min(max(map, 0), 1);
end

function map = colorcube(varargin)
  % Colours evenly spread over the cube, then reds, greens, blues and greys.
  n = colors__count(varargin);
  if n < 9
    map = gray(n);
    return;
  end
  edge = floor(cbrt(n) + eps(n));
  depth = edge - (edge ^ 3 == n && edge > 2);
  [g, r, b] = ndgrid(linspace(0, 1, edge), linspace(0, 1, edge), linspace(0, 1, depth));
  cube = [r(:), g(:), b(:)];
  is_pure = sum(cube > 0, 2) < 2;
  is_grey = cube(:, 1) == cube(:, 2) & cube(:, 2) == cube(:, 3);
  cube = cube(~(is_pure | is_grey), :);
  left = n - rows(cube);
  pure = fix((left - 1) / 4);
  shades = (1:pure).' / pure;
  greys = linspace(0, 1, left - 3 * pure).';
  map = [cube; kron(eye(3), shades); repmat(greys, 1, 3)];
end

function map = colors__cycle(args, few)
  % Some colours, over and over.
  n = colors__count(args);
  map = few(mod(0:n-1, rows(few)) + 1, :);
end

function map = flag(varargin)
  % Red, white, blue and black, over and over.
  map = colors__cycle(varargin, [1, 0, 0; 1, 1, 1; 0, 0, 1; 0, 0, 0]);
end

function map = ocean(varargin)
  % From black over blue to white.
  n = colors__count(varargin);
  if n == 1
    map = [0, 0, 0];
    return;
  end
  third = fix(n / 3);
  blue = (0:n-1).' / (n - 1);
  green = [zeros(n - 2 * third, 1); (1:2*third).' / (2 * third)];
  red = [zeros(n - third, 1); (1:third).' / third];
  map = [red, green, blue];
end

function map = prism(varargin)
  % Red, orange, yellow, green, blue and violet, over and over.
  sixths = [6, 6, 6, 0, 0, 4; 0, 3, 6, 6, 0, 0; 0, 0, 0, 0, 6, 6];
  map = colors__cycle(varargin, sixths.' / 6);
end

function map = rainbow(varargin)
  % From red over orange, yellow, green and blue to violet.
  n = colors__count(varargin);
  x = (0:n-1).' / max(n - 1, 1);
  % Each colour is a line, or the higher or lower of two, within the range of colours.
  red = max(3 - 5 * x, 10 / 3 * x - 8 / 3);
  green = min(5 / 2 * x, 4 - 5 * x);
  blue = 5 * x - 3;
  map = min(1, max(0, [red, green, blue]));
end

function map = viridis(varargin)
  % From dark blue over green to yellow, after van der Walt and Smith, 2015 (in the public domain).
  persistent table;
  if isempty(table)
    % In units of 1e-8.
    table = [26700401 487433 32941519; 26851048 960483 33542652; 26994384 1462494 34137895;
             27130489 1994186 34726862; 27259384 2556309 35309303; 27380934 3149748 35885256;
             27495242 3775181 36454323; 27602238 4416723 37016418; 27701840 5034437 37571452;
             27794143 5632444 38119074; 27879067 6214536 38659204; 27956550 6783587 39191723;
             28026658 7341724 39716349; 28089358 7890703 40232944; 28144581 8431970 40741404;
             28192358 8966622 41241521; 28232739 9495545 41733086; 28265633 10019576 42216032;
             28291049 10539345 42690202; 28309095 11055307 43155375;
             28319704 11567966 43611482; 28322882 12077701 44058404;
             28318684 12584799 44496000; 28307200 13089477 44924127;
             28288389 13592005 45342734; 28262297 14092556 45751726;
             28229037 14591233 46150995; 28188676 15088147 46540474;
             28141228 15583425 46920128; 28086773 16077132 47289909;
             28025468 16569272 47649762; 27957399 17059884 47999675;
             27882618 17549020 48339654; 27801236 18036684 48669702;
             27713437 18522836 48989831; 27619376 19007447 49300074;
             27519116 19490540 49600488; 27412802 19972086 49891131;
             27300596 20452049 50172076; 27182812 20930306 50443413;
             27059473 21406899 50705243; 26930756 21881782 50957678;
             26796846 22354911 51200840; 26657984 22826210 51434870;
             26514450 23295593 51659930; 26366320 23763078 51876163;
             26213801 24228619 52083736; 26057103 24692170 52282822;
             25896451 25153685 52473609; 25732244 25613040 52656332;
             25564519 26070284 52831152; 25393498 26525384 52998273;
             25219404 26978306 53157905; 25042462 27429024 53310261;
             24862899 27877509 53455561; 24681140 28323662 53594093;
             24497208 28767547 53726018; 24311324 29209154 53851561;
             24123708 29648471 53970946; 23934575 30085494 54084398;
             23744138 30520222 54192140; 23552606 30952657 54294396;
             23360277 31382773 54391424; 23167350 31810580 54483444;
             22973926 32236127 54570633; 22780192 32659432 54653200;
             22586330 33080515 54731353; 22392515 33499400 54805291;
             22198915 33916114 54875211; 22005691 34330688 54941304;
             21812995 34743154 55003755; 21620971 35153548 55062743;
             21429757 35561907 55118440; 21239477 35968273 55171011;
             21050310 36372671 55220646; 20862342 36775151 55267486;
             20675628 37175775 55311653; 20490257 37574589 55353282;
             20306309 37971644 55392505; 20123854 38366989 55429441;
             19942950 38760678 55464205; 19763650 39152762 55496905;
             19585993 39543297 55527637; 19410009 39932336 55556494;
             19235719 40319934 55583559; 19063135 40706148 55608907;
             18892259 41091033 55632606; 18723083 41474645 55654717;
             18555593 41857040 55675292; 18389763 42238275 55694377;
             18225561 42618405 55712010; 18062949 42997486 55728221;
             17901879 43375572 55743035; 17742298 43752720 55756466;
             17584148 44128981 55768526; 17427363 44504410 55779216;
             17271876 44879060 55788532; 17117615 45252980 55796464;
             16964573 45626209 55803034; 16812641 45998802 55808199;
             16661710 46370813 55811913; 16511703 46742290 55814141;
             16362543 47113278 55814842; 16214155 47483821 55813967;
             16066467 47853961 55811466; 15919413 48223740 55807280;
             15772933 48593197 55801347; 15626973 48962370 55793600;
             15481488 49331293 55783967; 15336445 49700003 55772371;
             15191820 50068529 55758733; 15047605 50436904 55742968;
             14903918 50805136 55725050; 14760731 51173263 55704861;
             14618026 51541316 55682271; 14475863 51909319 55657181;
             14334327 52277292 55629491; 14193527 52645254 55599097;
             14053599 53013219 55565893; 13914708 53381201 55529773;
             13777048 53749213 55490625; 13640850 54117264 55448339;
             13506561 54485335 55402906; 13374299 54853458 55354108;
             13244401 55221637 55301828; 13117249 55589872 55245948;
             12993270 55958162 55186354; 12872938 56326503 55122927;
             12756771 56694891 55055551; 12645338 57063316 54984110;
             12539383 57431754 54908564; 12439474 57800205 54828740;
             12346281 58168661 54744498; 12260562 58537105 54655722;
             12183122 58905521 54562298; 12114807 59273889 54464114;
             12056501 59642187 54361058; 12009154 60010387 54253043;
             11973756 60378459 54139999; 11951163 60746388 54021751;
             11942341 61114146 53898192; 11948255 61481702 53769219;
             11969858 61849025 53634733; 12008079 62216081 53494633;
             12063824 62582833 53348834; 12137972 62949242 53197275;
             12231244 63315277 53039808; 12344358 63680899 52876343;
             12477953 64046069 52706792; 12632581 64410744 52531069;
             12808703 64774881 52349092; 13006688 65138436 52160791;
             13226797 65501363 51966086; 13469183 65863619 51764880;
             13733921 66225157 51557101; 14020991 66585927 51342680;
             14330291 66945881 51121549; 14661640 67304968 50893644;
             15014782 67663139 50658890; 15389405 68020343 50417217;
             15785146 68376525 50168574; 16201598 68731632 49912906;
             16638320 69085611 49650163; 17094840 69438405 49380294;
             17570671 69789960 49103252; 18065314 70140222 48818938;
             18578266 70489133 48527326; 19109018 70836635 48228395;
             19657063 71182668 47922108; 20221902 71527175 47608431;
             20803045 71870095 47287330; 21400015 72211371 46958774;
             22012381 72550945 46622638; 22639690 72888753 46278934;
             23281498 73224735 45927675; 23937390 73558828 45568838;
             24606968 73890972 45202405; 25289851 74221104 44828355;
             25985676 74549162 44446673; 26694127 74875084 44057284;
             27414922 75198807 43660090; 28147681 75520266 43255207;
             28892102 75839399 42842626; 29647899 76156142 42422341;
             30414796 76470433 41994346; 31192534 76782207 41558638;
             31980860 77091403 41115215; 32779580 77397953 40664011;
             33588539 77701790 40204917; 34407411 78002855 39738103;
             35235985 78301086 39263579; 36074053 78596419 38781353;
             36921420 78888793 38291438; 37777892 79178146 37793850;
             38643282 79464415 37288606; 39517408 79747541 36775726;
             40400101 80027461 36255223; 41291350 80304099 35726893;
             42190813 80577412 35191009; 43098317 80847343 34647607;
             44013691 81113836 34096730; 44936763 81376835 33538426;
             45867362 81636288 32972749; 46805314 81892143 32399761;
             47750446 82144351 31819529; 48702580 82392862 31232133;
             49661536 82637633 30637661; 50627130 82878621 30036211;
             51599182 83115784 29427888; 52577622 83349064 28812650;
             53562110 83578452 28190832; 54552440 83803918 27562602;
             55548397 84025437 26928147; 56549760 84242990 26287683;
             57556297 84456561 25641457; 58567772 84666139 24989748;
             59583934 84871722 24332878; 60604528 85073310 23671214;
             61629283 85270912 23005179; 62657923 85464543 22335258;
             63690157 85654226 21662012; 64725685 85839991 20986086;
             65764197 86021878 20308229; 66805369 86199932 19629307;
             67848868 86374211 18950326; 68894351 86544779 18272455;
             69941463 86711711 17597055; 70989842 86875092 16925712;
             72039115 87035015 16260273; 73088902 87191584 15602894;
             74138803 87344918 14956101; 75188414 87495143 14322828;
             76237342 87642392 13706449; 77285183 87786808 13110864;
             78331535 87928545 12540538; 79375994 88067763 12000532;
             80418159 88204632 11496505; 81457634 88339329 11034678;
             82494028 88472036 10621724; 83526959 88602943 10264590;
             84556056 88732243 9970219; 85580960 88860134 9745186; 86601325 88986815 9595277;
             87616824 89112487 9525046; 88627146 89237353 9537439; 89632002 89361614 9633538;
             90631121 89485467 9812496; 91624212 89609127 10071680;
             92610579 89732977 10407067; 93590444 89857040 10813094;
             94563626 89981500 11283773; 95529972 90106534 11812832;
             96489353 90232311 12394051; 97441665 90358991 13021494;
             98386829 90486726 13689671; 99324789 90615657 14393620] / 1e8;
  end
  n = colors__count(varargin);
  if n < 1
    map = zeros(0, 3);
  else
    map = interp1(1:256, table, linspace(1, 256, n)(:));
  end
end

function image = colors__image(lines, shape)
  % Three columns in the shape of the image or the map that colors__parts took apart.
  if numel(shape) < 4
    image = reshape(lines, shape);
  else
    count = numel(shape);
    image = reshape(lines, [shape([1, 2, 4:end]), 3]);
    image = permute(image, [1, 2, count, 3:count-1]);
  end
end
