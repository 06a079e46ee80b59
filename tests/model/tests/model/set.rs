/// A set of small numbers: people, shards, appointments.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Set(u16);

impl Set {
    pub fn contains(self, number: u8) -> bool {
        self.0 & (1 << number) != 0
    }

    pub fn insert(&mut self, number: u8) {
        self.0 |= 1 << number;
    }

    pub fn remove(&mut self, number: u8) {
        self.0 &= !(1 << number);
    }

    pub fn with(mut self, number: u8) -> Self {
        self.insert(number);
        self
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn first(self) -> Option<u8> {
        self.iter().next()
    }

    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..16).filter(move |number| self.contains(*number))
    }

    pub fn len(self) -> i8 {
        i8::try_from(self.0.count_ones()).unwrap_or(i8::MAX)
    }
}

impl FromIterator<u8> for Set {
    fn from_iter<T: IntoIterator<Item = u8>>(numbers: T) -> Self {
        numbers.into_iter().fold(Self::default(), Self::with)
    }
}

impl std::fmt::Debug for Set {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_set().entries(self.iter()).finish()
    }
}
