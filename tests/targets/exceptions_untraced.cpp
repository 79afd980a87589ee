// Compiled without -finstrument-functions.
void through_untraced(void (*function)(int), int depth);

void through_untraced(void (*function)(int), int depth)
{
    function(depth);
    function(depth);
}
