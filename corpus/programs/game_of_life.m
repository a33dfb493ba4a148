% Conway's game of life on a torus.
G = zeros(8);
G(2, 3) = 1; G(3, 4) = 1; G(4, 2:4) = 1;
for gen = 1:5
  N = zeros(8);
  for dx = -1:1
    for dy = -1:1
      if dx ~= 0 || dy ~= 0
        N = N + circshift(G, [dx dy]);
      end
    end
  end
  G = (N == 3) | (G & N == 2);
  printf('generation %d: %d alive\n', gen, sum(G(:)));
end
for r = 1:8
  line = repmat('.', 1, 8);
  line(G(r, :) == 1) = '#';
  disp(line);
end
[r, c] = find(G);
disp([r c]);
