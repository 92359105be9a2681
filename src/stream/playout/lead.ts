/** Segments that are in the tree before they are on air: a player that begins three from the end begins with now. */
export const LEAD_SEGMENTS = 2;
