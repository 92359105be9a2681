/** A screen with a signal beside it. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="7" width="20" height="16" rx="3" fill="#0f766e"/>
<path d="M9 11.5v7l6-3.5z" fill="#fff"/>
<path d="M8 27h8" stroke="#0f766e" stroke-width="2.4" stroke-linecap="round"/>
<path d="M25 11a6 6 0 0 1 0 8M27.6 7.5a11 11 0 0 1 0 15" fill="none" stroke="#f59e0b" stroke-width="2.2" stroke-linecap="round"/>
</svg>
`;
