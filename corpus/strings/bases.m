for n = [0 5 10 255]
  printf('%d %s %s %s\n', n, dec2bin(n), dec2hex(n), dec2base(n, 7));
end
disp(bin2dec('1010'));
disp(hex2dec({'FF'; '10'}));
disp(bitand(12, 10));
disp(bitor(uint8(12), uint8(3)));
disp(bitxor(5, 1));
disp(bitshift(1, 4));
disp(fliplr(dec2bin(6, 8)));
