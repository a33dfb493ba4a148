m = containers.Map();
m('a') = 1;
disp(m('a'));
m('missing')
