/* Does nothing: what recording costs before and after. */
int main(void)
{
    return 0;
}
