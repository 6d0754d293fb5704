export const leafRoute = 1;
