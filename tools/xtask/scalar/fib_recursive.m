% Calls of a function of the file.
1;
function r = fib(n)
  if n < 2
    r = n;
  else
    r = fib(n - 1) + fib(n - 2);
  end
end
tic
printf("%d\n", fib(20));
printf("%.9f\n", toc);
