function nested()
  % Variables that a nested function shares with the function around it.
  disp(parent(7))
  counted();
end
function r = parent(n)
  make();
  r = [made, made2(2)];
  function make()
    made = n;
    made2 = [n, 2 * n];
  end
end
function counted()
  total = 0;
  add(2); add(3);
  disp(total)
  function add(k)
    total = total + k;
  end
end
