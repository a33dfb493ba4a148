rows = 6; cols = 7;
world = false(rows, cols);
world(2, 2:4) = true;
world(5, 5) = true;
for gen = 1:4
  next = false(rows, cols);
  for r = 1:rows
    for c = 1:cols
      count = 0;
      for dr = -1:1
        for dc = -1:1
          rr = r + dr; cc = c + dc;
          if (dr == 0 && dc == 0) || rr < 1 || cc < 1 || rr > rows || cc > cols
            continue;
          end
          count = count + world(rr, cc);
        end
      end
      if world(r, c)
        next(r, c) = count == 2 || count == 3;
      else
        next(r, c) = count == 3;
      end
    end
  end
  world = next;
  disp(world + 0);
  disp(' ');
end
class(world)
