1;
function acc = deposit(acc, amount)
  if amount <= 0
    error('Bank:amount', 'amount must be positive, not %g', amount);
  end
  acc.balance = acc.balance + amount;
  acc.history{end+1} = sprintf('deposit %.2f', amount);
end
function acc = withdraw(acc, amount)
  if amount > acc.balance
    error('Bank:funds', 'insufficient funds: %s has %.2f', acc.owner, acc.balance);
  end
  acc.balance -= amount;
  acc.history{end+1} = sprintf('withdraw %.2f', amount);
end
accounts = struct('owner', {'ann', 'bob'}, 'balance', {100, 50}, 'history', {{}});
accounts(1) = deposit(accounts(1), 25.5);
accounts(2) = withdraw(accounts(2), 20);
try
  accounts(2) = withdraw(accounts(2), 1000);
catch err
  disp(err.message);
  switch err.identifier
    case 'Bank:funds'
      disp('no funds');
    otherwise
      disp('other');
  end
end
try
  deposit(accounts(1), -5);
catch err
  fprintf('%s\n', err.message);
end
for k = 1:numel(accounts)
  a = accounts(k);
  printf('%s: %.2f (%d)\n', a.owner, a.balance, numel(a.history));
  cellfun(@(h) printf('  %s\n', h), a.history);
end
total = sum([accounts.balance])
accounts(1)
