export function Star({ filled }: { filled: boolean }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      aria-hidden="true"
      className={filled ? 'star filled' : 'star'}
    >
      <path d="M12 3.2l2.7 5.6 6.1.8-4.5 4.3 1.1 6.1-5.4-3-5.4 3 1.1-6.1L3.2 9.6l6.1-.8z" />
    </svg>
  );
}

/** Direction by shape as well as by colour. */
export function Arrow({ direction }: { direction: 'bullish' | 'bearish' | 'neutral' }) {
  const path = { bullish: 'M12 5l8 14H4z', bearish: 'M12 19L4 5h16z', neutral: 'M4 10h16v4H4z' }[direction];
  return (
    <svg
      viewBox="0 0 24 24"
      width="12"
      height="12"
      role="img"
      aria-label={direction}
      className={`arrow ${direction}`}
    >
      <path d={path} />
    </svg>
  );
}
