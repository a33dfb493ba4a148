//! Digests of texts: MD4 and MD5 (RFC 1320, 1321), SHA-1 and SHA-2 (FIPS 180-4).

/// The digest of bytes by the name of an algorithm, as hexadecimal digits; `None` if there is none.
pub(super) fn digest(name: &str, bytes: &[u8]) -> Option<String> {
    let words = |words: &[u32], bytes: fn(u32) -> [u8; 4]| {
        words.iter().flat_map(|word| bytes(*word)).collect::<Vec<u8>>()
    };
    let bytes = match name.to_ascii_lowercase().as_str() {
        "md4" => words(&md4(bytes), u32::to_le_bytes),
        "md5" => words(&md5(bytes), u32::to_le_bytes),
        "sha1" => words(&sha1(bytes), u32::to_be_bytes),
        "sha224" => words(&sha256(bytes, roots(8..16, 2, 64))[..7], u32::to_be_bytes),
        "sha256" => words(&sha256(bytes, roots(0..8, 2, 32)), u32::to_be_bytes),
        "sha384" => sha512(bytes, roots(8..16, 2, 64))[..6]
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect(),
        "sha512" => {
            sha512(bytes, roots(0..8, 2, 64)).iter().flat_map(|word| word.to_be_bytes()).collect()
        }
        _ => return None,
    };
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A message with its length, as blocks of 64 or 128 bytes.
fn padded(bytes: &[u8], block: usize, is_big_endian: bool) -> Vec<u8> {
    let mut all = bytes.to_vec();
    all.push(0x80);
    // The length has an eighth of a block; its upper half of a large block is 0.
    while all.len() % block != block - block / 8 {
        all.push(0);
    }
    all.resize(all.len() + block / 8 - 8, 0);
    let bits = bytes.len() as u64 * 8;
    all.extend(if is_big_endian { bits.to_be_bytes() } else { bits.to_le_bytes() });
    all
}

fn words_of(block: &[u8], word: fn([u8; 4]) -> u32) -> Vec<u32> {
    block.chunks_exact(4).map(|four| word([four[0], four[1], four[2], four[3]])).collect()
}

/// The first primes, as many as a range reaches.
fn primes(count: usize) -> Vec<u128> {
    let mut found: Vec<u128> = Vec::new();
    let mut next = 2;
    while found.len() < count {
        if found.iter().all(|prime| next % prime != 0) {
            found.push(next);
        }
        next += 1;
    }
    found
}

/// The first bits of the fractions of roots of primes.
fn roots(which: std::ops::Range<usize>, degree: u32, bits: u32) -> [u64; 8] {
    let mut found = [0; 8];
    for (root, prime) in found.iter_mut().zip(&primes(which.end)[which]) {
        *root = fraction(*prime, degree, bits);
    }
    found
}

/// Bits of the fraction of a root, found one by one.
fn fraction(prime: u128, degree: u32, bits: u32) -> u64 {
    let whole = (0..).take_while(|root: &u128| root.pow(degree) <= prime).last().unwrap_or(0);
    let mut root = whole;
    for bit in 1..=bits {
        let next = root * 2 + 1;
        root = if fits(next, prime, degree, bit) { next } else { root * 2 };
    }
    root as u64 & (u64::MAX >> (64 - bits))
}

/// True if `root^degree <= prime * 2^(bit * degree)`, in limbs of 32 bits.
fn fits(root: u128, prime: u128, degree: u32, bit: u32) -> bool {
    let limbs = |mut value: u128| {
        let mut limbs = Vec::new();
        while value > 0 {
            limbs.push(value as u64 & 0xffff_ffff);
            value >>= 32;
        }
        limbs
    };
    let times = |a: &[u64], b: &[u64]| {
        let mut product = vec![0u64; a.len() + b.len()];
        for (i, x) in a.iter().enumerate() {
            let mut carry = 0;
            for (j, y) in b.iter().enumerate() {
                let sum = product[i + j] + x * y + carry;
                product[i + j] = sum & 0xffff_ffff;
                carry = sum >> 32;
            }
            product[i + b.len()] += carry;
        }
        product
    };
    let factor = limbs(root);
    let power = (1..degree).fold(factor.clone(), |power, _| times(&power, &factor));
    let mut shift = vec![0; (bit * degree / 32) as usize];
    shift.push(1 << (bit * degree % 32));
    let limit = times(&shift, &limbs(prime));
    let limb = |limbs: &[u64], at: usize| limbs.get(at).copied().unwrap_or(0);
    let top = power.len().max(limit.len());
    (0..top)
        .rev()
        .map(|at| (limb(&power, at), limb(&limit, at)))
        .find(|(a, b)| a != b)
        .is_none_or(|(a, b)| a < b)
}

fn md4(bytes: &[u8]) -> [u32; 4] {
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476_u32];
    let order = [
        |step: usize| step,
        |step: usize| step % 4 * 4 + step / 4,
        |step: usize| (step as u8).reverse_bits() as usize >> 4,
    ];
    let turns = [[3, 7, 11, 19], [3, 5, 9, 13], [3, 9, 11, 15]];
    for block in padded(bytes, 64, false).chunks_exact(64) {
        let words = words_of(block, u32::from_le_bytes);
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..48 {
            let round = step / 16;
            let mixed = match round {
                0 => (b & c) | (!b & d),
                1 => ((b & c) | (b & d) | (c & d)).wrapping_add(0x5a82_7999),
                _ => (b ^ c ^ d).wrapping_add(0x6ed9_eba1),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(words[order[round](step % 16)]);
            (a, d, c, b) = (d, c, b, sum.rotate_left(turns[round][step % 4]));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}

fn md5(bytes: &[u8]) -> [u32; 4] {
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476_u32];
    let turns = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    for block in padded(bytes, 64, false).chunks_exact(64) {
        let words = words_of(block, u32::from_le_bytes);
        let [mut a, mut b, mut c, mut d] = state;
        for step in 0..64 {
            let (mixed, at) = match step / 16 {
                0 => ((b & c) | (!b & d), step),
                1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
                2 => (b ^ c ^ d, (3 * step + 5) % 16),
                _ => (c ^ (b | !d), 7 * step % 16),
            };
            let sine = (((step + 1) as f64).sin().abs() * 4_294_967_296.0) as u32;
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(words[at]);
            let turned = b.wrapping_add(sum.rotate_left(turns[step / 16][step % 4]));
            (a, d, c, b) = (d, c, b, turned);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}

fn sha1(bytes: &[u8]) -> [u32; 5] {
    let mut state = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0_u32];
    for block in padded(bytes, 64, true).chunks_exact(64) {
        let mut words = words_of(block, u32::from_be_bytes);
        for at in 16..80 {
            let mixed = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
            words.push(mixed.rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (step, word) in words.iter().enumerate() {
            let (mixed, constant) = match step / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let sum = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
            let sum = sum.wrapping_add(constant).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}

/// SHA-256 from a start in the low halves of words.
fn sha256(bytes: &[u8], start: [u64; 8]) -> [u32; 8] {
    let constants: Vec<u32> =
        primes(64).iter().map(|prime| fraction(*prime, 3, 32) as u32).collect();
    let mut state = start.map(|word| word as u32);
    for block in padded(bytes, 64, true).chunks_exact(64) {
        let mut words = words_of(block, u32::from_be_bytes);
        for at in 16..64 {
            let (x, y) = (words[at - 15], words[at - 2]);
            let low = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
            let high = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
            let sum = words[at - 16].wrapping_add(low).wrapping_add(words[at - 7]);
            words.push(sum.wrapping_add(high));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (word, constant) in words.iter().zip(&constants) {
            let turned = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let first = h.wrapping_add(turned).wrapping_add((e & f) ^ (!e & g));
            let first = first.wrapping_add(*constant).wrapping_add(*word);
            let turned = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let second = turned.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}

fn sha512(bytes: &[u8], start: [u64; 8]) -> [u64; 8] {
    let constants: Vec<u64> = primes(80).iter().map(|prime| fraction(*prime, 3, 64)).collect();
    let mut state = start;
    for block in padded(bytes, 128, true).chunks_exact(128) {
        let halves = words_of(block, u32::from_be_bytes);
        let join = |pair: &[u32]| u64::from(pair[0]) << 32 | u64::from(pair[1]);
        let mut words: Vec<u64> = halves.chunks_exact(2).map(join).collect();
        for at in 16..80 {
            let (x, y) = (words[at - 15], words[at - 2]);
            let low = x.rotate_right(1) ^ x.rotate_right(8) ^ (x >> 7);
            let high = y.rotate_right(19) ^ y.rotate_right(61) ^ (y >> 6);
            let sum = words[at - 16].wrapping_add(low).wrapping_add(words[at - 7]);
            words.push(sum.wrapping_add(high));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for (word, constant) in words.iter().zip(&constants) {
            let turned = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
            let first = h.wrapping_add(turned).wrapping_add((e & f) ^ (!e & g));
            let first = first.wrapping_add(*constant).wrapping_add(*word);
            let turned = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
            let second = turned.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e) = (g, f, e, d.wrapping_add(first));
            (d, c, b, a) = (c, b, a, first.wrapping_add(second));
        }
        for (sum, part) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *sum = sum.wrapping_add(part);
        }
    }
    state
}
